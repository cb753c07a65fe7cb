// Files of the embedded Storage, on disk. Lite asks for an adapter of this shape.

import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";

/** A storage adapter that keeps each object and what is known of it under `folder`. */
export class FolderOfObjects {
  driver = fs;

  constructor(folder) {
    this.folder = folder;
  }

  // Hashed, so that no object name can be a path out of the folder, or too long for the disk.
  #path(bucket, key) {
    const name = createHash("sha256").update(`${bucket}\0${key}`).digest("hex");
    return path.join(this.folder, name.slice(0, 2), name);
  }

  async uploadObject(bucket, key, _version, body, mimetype, cacheControl) {
    const bytes = await readAll(body);
    const file = this.#path(bucket, key);
    const metadata = {
      mimetype,
      cacheControl,
      size: bytes.byteLength,
      contentLength: bytes.byteLength,
      eTag: `"${createHash("md5").update(bytes).digest("hex")}"`,
    };
    await fs.mkdir(path.dirname(file), { recursive: true });
    await replace(`${file}.json`, JSON.stringify({ bucket, key, ...metadata }));
    await replace(file, bytes);
    return { ...metadata, httpStatusCode: 200, lastModified: new Date() };
  }

  async headObject(bucket, key) {
    const file = this.#path(bucket, key);
    const [known, { mtime }] = await Promise.all([fs.readFile(`${file}.json`, "utf8"), fs.stat(file)]);
    const { mimetype, cacheControl, size, eTag } = JSON.parse(known);
    return { mimetype, cacheControl, size, contentLength: size, eTag, lastModified: mtime, httpStatusCode: 200 };
  }

  async getObject(bucket, key, _version, headers = {}) {
    const metadata = await this.headObject(bucket, key);
    if (headers.ifNoneMatch === metadata.eTag) return { metadata, httpStatusCode: 304 };
    const bytes = await fs.readFile(this.#path(bucket, key));
    const range = parseRange(headers.range, bytes.byteLength);
    if (!range) return { metadata, httpStatusCode: 200, body: bytes };
    const contentRange = `bytes ${range.from}-${range.to}/${bytes.byteLength}`;
    const part = bytes.subarray(range.from, range.to + 1);
    return { metadata: { ...metadata, contentLength: part.byteLength, contentRange }, httpStatusCode: 206, body: part };
  }

  async copyObject(fromBucket, from, _fromVersion, toBucket, to) {
    const { metadata, body } = await this.getObject(fromBucket, from);
    return this.uploadObject(toBucket, to, undefined, body, metadata.mimetype, metadata.cacheControl);
  }

  async deleteObject(bucket, key) {
    const file = this.#path(bucket, key);
    await Promise.all([fs.rm(file, { force: true }), fs.rm(`${file}.json`, { force: true })]);
  }

  async deleteObjects(bucket, keys) {
    await Promise.all(keys.map((key) => this.deleteObject(bucket, key)));
  }

  async privateAssetUrl(bucket, key) {
    return `file://${this.#path(bucket, key)}`;
  }
}

async function readAll(body) {
  if (body instanceof Uint8Array) return body;
  const parts = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts);
}

/** Nobody may read a half-written file. */
async function replace(file, content) {
  const unfinished = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}`;
  await fs.writeFile(unfinished, content);
  await fs.rename(unfinished, file);
}

function parseRange(header, size) {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? "");
  if (!match) return undefined;
  const from = Number(match[1]);
  const to = Math.min(match[2] === "" ? size - 1 : Number(match[2]), size - 1);
  return from <= to ? { from, to } : undefined;
}
