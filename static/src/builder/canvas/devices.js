/* The three widths people design for. Desktop is the base; the others write their rules under a media query. */
export const devices = [
  { id: 'desktop', name: 'Desktop', width: '' },
  { id: 'tablet', name: 'Tablet', width: '820px', widthMedia: '992px' },
  { id: 'phone', name: 'Phone', width: '390px', widthMedia: '600px' },
];
