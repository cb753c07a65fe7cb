// supabase-js uploads a File as a form whose file has the empty name, as
// hosted expects it; Lite looks for one named "file". Both are turned into the
// plain upload that Lite understands.

/** The request as a plain upload, if it is a form. */
export async function asPlainUpload(request) {
  const form = await request.formData().catch(() => undefined);
  const file = [...(form?.values() ?? [])].find((value) => typeof value !== "string");
  if (!file) return undefined;
  const headers = new Headers(request.headers);
  headers.set("content-type", file.type || "application/octet-stream");
  const bytes = await file.arrayBuffer();
  headers.set("content-length", String(bytes.byteLength));
  const seconds = form.get("cacheControl");
  if (typeof seconds === "string") headers.set("cache-control", `max-age=${Number.parseInt(seconds, 10) || 3600}`);
  const metadata = form.get("metadata");
  if (typeof metadata === "string") headers.set("x-metadata", Buffer.from(metadata).toString("base64"));
  return new Request(request.url, { method: request.method, headers, body: bytes });
}

/** Whether a request uploads an object in a form. */
export function isFormUpload(request, pathname) {
  const uploads = request.method === "POST" || request.method === "PUT";
  const form = request.headers.get("content-type")?.startsWith("multipart/form-data");
  return uploads && form && pathname.startsWith("/storage/v1/object/");
}
