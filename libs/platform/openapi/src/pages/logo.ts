import { type Asset, PACKAGE_MAX_AGE } from './asset.js';

export const LOGO_PATH = '/docs/logo.svg';

/** A gate: the icon of the pages and the logo of the document. */
const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32">
<rect width="32" height="32" rx="6" fill="#17324d"/>
<path d="M6 26V10l3-3 3 3v3h8v-3l3-3 3 3v16h-6v-5a4 4 0 0 0-8 0v5z" fill="#fff"/>
</svg>
`;

export const logoAsset: Asset = {
  path: LOGO_PATH,
  type: 'image/svg+xml',
  load: () => LOGO,
  maxAge: PACKAGE_MAX_AGE,
};
