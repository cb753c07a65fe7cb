/* <Icon of={trash} /> with `import trash from 'icon:trash'`. Decoration only: the text beside it, or aria-label, says it. */
export function Icon({ of, size }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={size} height={size} fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" style={size ? { inlineSize: `${size}px`, blockSize: `${size}px` } : undefined}>
      {of.map((d) => <path key={d} d={d} />)}
    </svg>
  );
}
