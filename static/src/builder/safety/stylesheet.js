/* Page CSS arrives as text (a starter, an import, another program). The browser parses it in a sheet
   that is attached to nothing, so no address in it is fetched, and only rules we know are kept. */
import { isSafeMedia, isSafeSelector, safeDeclarations } from './styles.js';

const KEYFRAMES_NAME = /^[\w-]{1,60}$/;

/** `cssText` keeps shorthands whole; reading property by property loses every one that holds a var(). */
const styleOf = (rule, drop) => safeDeclarations(rule.style.cssText, drop);

function keyframes(rule, drop) {
  if (!KEYFRAMES_NAME.test(rule.name)) return [];
  return [...rule.cssRules].map((step) => ({
    selectors: step.keyText, style: styleOf(step, drop), atRule: 'keyframes', params: rule.name,
  }));
}

function readRule(rule, drop) {
  if (rule instanceof CSSStyleRule) {
    if (isSafeSelector(rule.selectorText)) return [{ selectors: rule.selectorText, style: styleOf(rule, drop) }];
  } else if (rule instanceof CSSKeyframesRule) {
    return keyframes(rule, drop);
  } else if (rule instanceof CSSConditionRule) {
    const atRule = /^@([a-z]+)/.exec(rule.cssText)[1];
    const params = rule.conditionText;
    // One level is what the engine can hold: a rule inside two conditions is left out, and said so.
    const inner = [...rule.cssRules].filter((each) => each instanceof CSSStyleRule);
    if (isSafeMedia(params) && inner.length === rule.cssRules.length) {
      return inner.flatMap((each) => readRule(each, drop)).map((each) => ({ ...each, atRule, params }));
    }
  }
  drop(`rule ${rule.cssText.slice(0, 60)}`);
  return [];
}

/** Text → [{selectors, style, atRule?, params?}], the form in which the engine takes rules. */
export function readStylesheet(text, drop = () => {}) {
  const sheet = new CSSStyleSheet();
  try {
    sheet.replaceSync(String(text ?? ''));
  } catch {
    drop('a style sheet that cannot be read');
    return [];
  }
  return [...sheet.cssRules].flatMap((rule) => readRule(rule, drop));
}

function writeRule({ selectors, style }) {
  const body = Object.entries(style).map(([name, value]) => `${name}: ${value};`).join(' ');
  return `${selectors} { ${body} }`;
}

export function safeStylesheet(text, drop) {
  return readStylesheet(text, drop).map((rule) => (
    rule.atRule ? `@${rule.atRule} ${rule.params} { ${writeRule(rule)} }` : writeRule(rule)
  )).join('\n');
}
