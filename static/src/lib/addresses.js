/* Mail addresses as people paste them: from a list, a spreadsheet, or a mail's "To" line. */

// As the database has it; it decides again.
const ADDRESS = /^[^\s@<>"',;:\\()[\]]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

/** {addresses, mistakes}: each address once, in lower case; and what cannot be one, as it was written. */
export function addressesIn(text) {
  const addresses = new Set();
  const mistakes = new Set();
  // "Ann Example <ann@example.com>" means what is in the brackets, a comma in the quoted name included.
  const plain = text.replace(/(?:"[^"\n]*"|[^<>,;\n"])*<([^<>\n]*)>/g, ' $1 ');
  for (const word of plain.split(/[\s,;]+/)) {
    const address = word.replace(/^mailto:/i, '').replace(/^['"(]+|['").]+$/g, '').toLowerCase();
    if (!address) continue;
    if (address.length <= 254 && ADDRESS.test(address)) addresses.add(address);
    else mistakes.add(word);
  }
  return { addresses: [...addresses], mistakes: [...mistakes] };
}
