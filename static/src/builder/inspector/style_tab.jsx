/* What can be styled, in the order people look for it. */
import alignLeft from 'icon:align-left';
import alignCenter from 'icon:align-center';
import alignRight from 'icon:align-right';
import italic from 'icon:italic';
import normal from 'icon:letter-case';
import themes from '../../site/theme.json';
import { openDialog } from '../state.js';
import { BoxControl } from './box_control.jsx';
import { ChoiceControl, ColorControl, NumberControl, SelectControl } from './controls.jsx';
import { computedValue, ownValue, setStyle } from './style_model.js';

const FONTS = [
  ['var(--rb-font-heading)', 'Heading font'], ['var(--rb-font-body)', 'Text font'],
  ...Object.values(themes.fonts).map(({ name, stack }) => [stack, name]),
];
const WEIGHTS = [['300', 'Light'], ['400', 'Regular'], ['500', 'Medium'], ['600', 'Semibold'], ['700', 'Bold'], ['800', 'Extra bold']];
const ALIGNS = [['left', 'Left', alignLeft], ['center', 'Centre', alignCenter], ['right', 'Right', alignRight]];
const SLANTS = [['normal', 'Upright', normal], ['italic', 'Italic', italic]];
const CASES = [['none', 'As typed'], ['uppercase', 'CAPITALS'], ['capitalize', 'Each Word'], ['lowercase', 'small']];
const LAYOUTS = [['block', 'Below each other'], ['flex', 'Side by side'], ['grid', 'Grid'], ['none', 'Hidden']];
const ACROSS = [['flex-start', 'Start'], ['center', 'Centre'], ['flex-end', 'End'], ['space-between', 'Spread']];
const DOWN = [['flex-start', 'Top'], ['center', 'Middle'], ['flex-end', 'Bottom'], ['stretch', 'Stretch']];
const COLUMNS = [1, 2, 3, 4, 5, 6].map((count) => [`repeat(${count}, minmax(0, 1fr))`, count === 1 ? '1 column' : `${count} columns`]);
const BORDERS = [['none', 'None'], ['solid', 'Solid'], ['dashed', 'Dashed'], ['dotted', 'Dotted']];
const SHADOWS = [['none', 'None'], ['var(--rb-shadow-sm)', 'Small, from theme'], ['var(--rb-shadow)', 'Large, from theme']];
const FITS = [['cover', 'Fill the frame'], ['contain', 'Show it whole'], ['fill', 'Stretch']];
const CORNERS = [['0', 'Square'], ['var(--rb-radius-sm)', 'Small'], ['var(--rb-radius)', 'Medium'], ['var(--rb-radius-lg)', 'Large'], ['999px', 'Round']];

function Group({ name, isOpen = true, children }) {
  return (
    <details class="b-style-group" open={isOpen}>
      <summary>{name}</summary>
      <div class="b-rows">{children}</div>
    </details>
  );
}

function Type({ of }) {
  return (
    <Group name="Text">
      <SelectControl component={of} property="font-family" label="Font" options={FONTS} />
      <NumberControl component={of} property="font-size" label="Size" />
      <SelectControl component={of} property="font-weight" label="Weight" options={WEIGHTS} />
      <ColorControl component={of} property="color" label="Colour" />
      <ChoiceControl component={of} property="text-align" label="Align" options={ALIGNS} />
      <NumberControl component={of} property="line-height" label="Line height" unit="" />
      <NumberControl component={of} property="letter-spacing" label="Letter spacing" />
      <ChoiceControl component={of} property="font-style" label="Slant" options={SLANTS} />
      <SelectControl component={of} property="text-transform" label="Letters" options={CASES} />
    </Group>
  );
}

function Layout({ of }) {
  const display = computedValue(of, 'display');
  return (
    <Group name="Layout">
      <SelectControl component={of} property="display" label="Arrange" options={LAYOUTS} />
      {display === 'grid' && <SelectControl component={of} property="grid-template-columns" label="Columns" options={COLUMNS} />}
      {/flex|grid/.test(display) && <NumberControl component={of} property="gap" label="Gap" />}
      {/flex/.test(display) && <SelectControl component={of} property="justify-content" label="Across" options={ACROSS} />}
      {/flex|grid/.test(display) && <SelectControl component={of} property="align-items" label="Down" options={DOWN} />}
    </Group>
  );
}

function Background({ of }) {
  const picture = ownValue(of, 'background-image');
  const choose = (src) => {
    setStyle(of, 'background-image', `url("${src}")`);
    if (!ownValue(of, 'background-size')) setStyle(of, 'background-size', 'cover');
    if (!ownValue(of, 'background-position')) setStyle(of, 'background-position', 'center');
  };
  return (
    <Group name="Background">
      <ColorControl component={of} property="background-color" label="Colour" />
      <div class="b-row" data-set={picture !== ''}>
        <span class="b-row-label">Picture</span>
        <div class="b-buttons">
          <button type="button" class="btn btn-sm" onClick={() => openDialog('picture', { onPick: choose })}>{picture ? 'Change' : 'Choose'}…</button>
          {picture && <button type="button" class="btn btn-sm" onClick={() => setStyle(of, 'background-image', '')}>Remove</button>}
        </div>
      </div>
    </Group>
  );
}

export function StyleTab({ component }) {
  const of = component;
  const isPicture = component.is('image');
  return (
    <>
      {!isPicture && <Type of={of} />}
      <Group name="Space">
        <BoxControl component={of} property="margin" label="Outside" />
        <BoxControl component={of} property="padding" label="Inside" />
      </Group>
      <Group name="Size">
        <NumberControl component={of} property="width" label="Width" />
        <NumberControl component={of} property="max-width" label="At most" />
        <NumberControl component={of} property={isPicture ? 'height' : 'min-height'} label={isPicture ? 'Height' : 'At least high'} />
        {isPicture && <SelectControl component={of} property="object-fit" label="Cut" options={FITS} />}
        {isPicture && <SelectControl component={of} property="aspect-ratio" label="Shape" options={[['1 / 1', 'Square'], ['4 / 3', '4 : 3'], ['3 / 4', '3 : 4'], ['16 / 9', '16 : 9']]} />}
      </Group>
      {!isPicture && <Layout of={of} />}
      {!isPicture && <Background of={of} />}
      <Group name="Border and shadow">
        <SelectControl component={of} property="border-radius" label="Corners" options={CORNERS} />
        <SelectControl component={of} property="border-style" label="Line" options={BORDERS} />
        <NumberControl component={of} property="border-width" label="Thickness" />
        <ColorControl component={of} property="border-color" label="Colour" />
        <SelectControl component={of} property="box-shadow" label="Shadow" options={SHADOWS} />
        <NumberControl component={of} property="opacity" label="Opacity" unit="" />
      </Group>
    </>
  );
}
