// The browser's client library against the embedded Supabase: what the app relies on.
// Prints one JSON object; test_client.py looks at it.

import { createClient } from "@supabase/supabase-js";

const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY } = process.env;
const supabase = createClient(SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, { auth: { flowType: "pkce" } });
const [email, password, orgId] = process.argv.slice(2);
const seen = {};

const signedIn = await supabase.auth.signInWithPassword({ email, password });
seen.email = signedIn.data.user?.email;
seen.claims = (await supabase.auth.getClaims()).data?.claims;
seen.user = (await supabase.auth.getUser()).data.user?.id;
seen.refreshed = Boolean((await supabase.auth.refreshSession()).data.session);

const site = await supabase.from("sites").insert({ org_id: orgId, name: "Client" }).select().single();
const page = await supabase.from("pages").insert({ site_id: site.data.id, path: "/", title: "Home" }).select().single();
const save = (title) =>
  supabase
    .from("pages")
    .update({ title, version: page.data.version + 1 })
    .eq("id", page.data.id)
    .eq("version", page.data.version)
    .select();
seen.saved = (await save("First")).data.length;
seen.stale = (await save("Second")).data.length;
const counted = await supabase.from("pages").select("title,sites!inner(name)", { count: "exact" }).eq("site_id", site.data.id);
seen.embedded = counted.data;
seen.count = counted.count;

const picture = new File([new Uint8Array([0x89, 0x50, 0x4e, 0x47])], "x.png", { type: "image/png" });
const name = `${orgId}/${crypto.randomUUID()}.png`;
const assets = supabase.storage.from("assets");
// Announced first: Storage takes no file that no row counts.
const announced = { org_id: orgId, path: name, name: "x.png", type: "image/png", size: 4 };
const asset = await supabase.from("assets").insert(announced).select("id").single();
seen.uploaded = (await assets.upload(name, picture, { cacheControl: "31536000" })).data?.path === name;
const shown = await fetch(assets.getPublicUrl(name).data.publicUrl);
seen.picture = [shown.status, shown.headers.get("content-type"), shown.headers.get("cache-control")];
seen.bytes = (await shown.arrayBuffer()).byteLength;
seen.finished = (await supabase.rpc("finish_upload", { asset_id: asset.data.id })).data?.size;
seen.removed = (await assets.remove([name])).data?.length;

seen.taken = (await supabase.auth.signUp({ email, password })).error?.code;
seen.weak = (await supabase.auth.signUp({ email: "weak@example.com", password: "short" })).error?.code;
seen.signedOut = (await supabase.auth.signOut()).error;
console.log(JSON.stringify(seen));
process.exit(0);
