/* The places a site can be published to, in words; what each takes and cannot do. */
import { config } from './config.js';

export const PROVIDERS = {
  netlify: {
    name: 'Netlify', tokenPage: 'https://app.netlify.com/user/applications#personal-access-tokens', tokenLabel: 'Personal access token',
    hint: 'Made at Netlify under User settings → Applications. It may do whatever your account may.',
    team: 'Team slug', teamHint: 'Empty for your own account; the slug is in the address of the team’s page.',
  },
  vercel: {
    name: 'Vercel', tokenPage: 'https://vercel.com/account/settings/tokens', tokenLabel: 'Access token',
    hint: 'Made at Vercel under Account settings → Tokens. Limit its scope to the team you publish for.',
    team: 'Team ID', teamHint: 'Begins with team_; under the team’s Settings → General. Empty for your own account.',
  },
  github: {
    name: 'GitHub', tokenPage: 'https://github.com/settings/tokens', tokenLabel: 'Access token',
    hint: 'A classic token with the scope “repo”, or a fine-grained one with Administration, Contents and Pages: write.',
  },
};

const TERMS = {
  vercel: ['Vercel’s free plan (Hobby) is for personal, non-commercial sites only. A shop or a company’s site needs a paid plan there.', 'https://vercel.com/legal/terms'],
  github: ['GitHub Pages may not be used to run an online business, a shop or a service sold as software.', 'https://docs.github.com/site-policy/acceptable-use-policies/github-acceptable-use-policies'],
};

export const HOSTS = {
  local: { name: 'This server', previews: true },
  netlify: { name: 'Netlify', provider: 'netlify', previews: true, makes: 'a site in your Netlify account' },
  vercel: { name: 'Vercel', provider: 'vercel', previews: true, makes: 'a project in your Vercel account, with previews that everybody with the address can open', terms: TERMS.vercel },
  github_pages: { name: 'GitHub Pages', provider: 'github', previews: false, makes: 'a public repository in your GitHub account', terms: TERMS.github },
  archive: { name: 'ZIP', previews: false },
};

/** The hosts that this installation is set up for; a ZIP is no place a site lives. */
export const offered = () => config.features.deploy_hosts.filter((name) => name !== 'archive');
