/* supabase-js brings its realtime and functions clients along, a third of its weight (18 KB gzipped on every
   screen), and nearly no screen uses them: progress is asked for, and privileged work goes through Flask.
   Where Realtime is wanted, lib/realtime.js fetches its client by itself. The same goes for sign-in by passkey and by
   wallet, and for Storage's data catalogues. (What looks like administration of accounts stays: signing out uses it.) */
const leftOut = (what) => `() => { throw new Error('${what} is left out of the bundle: see static/build/unused_parts.mjs.'); }`;

const STAND_INS = [
  [/^@supabase\/(realtime|functions)-js$/, `
const left = ${leftOut('Realtime')};
export class RealtimeClient { setAuth() {} getChannels() { return []; } channel() { left(); } removeChannel() { left(); } removeAllChannels() {} connect() {} disconnect() {} }
export class FunctionsClient {}
export class FunctionsError extends Error {}
export { FunctionsError as FunctionsFetchError, FunctionsError as FunctionsHttpError, FunctionsError as FunctionsRelayError };
export const FunctionRegion = {};
`],
  [/^\.\/lib\/webauthn$/, `
const left = ${leftOut('WebAuthn')};
export { left as createCredential, left as getCredential, left as deserializeCredentialCreationOptions,
  left as deserializeCredentialRequestOptions, left as serializeCredentialCreationResponse, left as serializeCredentialRequestResponse };
export const browserSupportsWebAuthn = () => false;
export const webAuthnAbortService = { cancelCeremony() {}, createNewAbortSignal: left };
export class WebAuthnApi {}
`],
  [/^\.\/lib\/web3\/ethereum$/, `
const left = ${leftOut('Sign-in by wallet')};
export { left as createSiweMessage, left as fromHex, left as getAddress, left as toHex };
`],
  [/^iceberg-js$/, 'export class IcebergRestCatalog {}'],
];

export const withoutUnusedParts = {
  name: 'without-unused-parts',
  setup(build) {
    for (const [number, [filter]] of STAND_INS.entries()) {
      build.onResolve({ filter }, ({ path, importer }) => (
        /\/node_modules\/@supabase\//.test(importer.replace(/\\/g, '/')) ? { path, namespace: 'left-out', pluginData: number } : undefined
      ));
    }
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ pluginData }) => ({ contents: STAND_INS[pluginData][1], loader: 'js' }));
  },
};
