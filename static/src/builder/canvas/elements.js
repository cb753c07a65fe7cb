/* Single things that go into a block. Most come from the library's group "Elements"; these two are the builder's own. */
export const ownElements = [
  { kind: 'link', name: 'Link', group: 'Elements', html: '<a class="rb-link" href="/about">Read more</a>' },
  { kind: 'group', name: 'Group', group: 'Elements', description: 'A box to put things in.', html: '<div></div>' },
];

/** The library as the panel shows it: sections to stack on the page, and elements to put into them. */
export function sortBlocks(blocks) {
  const isElement = ({ group }) => group === 'Elements';
  return {
    sections: blocks.filter((block) => !isElement(block)),
    elements: [...blocks.filter(isElement), ...ownElements].map((element) => ({ ...element, isElement: true })),
  };
}
