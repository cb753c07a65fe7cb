import buttons from 'icon:square-rounded-plus';
import divider from 'icon:separator-horizontal';
import group from 'icon:box-padding';
import heading from 'icon:heading';
import image from 'icon:photo';
import link from 'icon:link';
import list from 'icon:list';
import other from 'icon:square-plus';
import quote from 'icon:quote';
import spacer from 'icon:arrow-autofit-height';
import text from 'icon:align-left';
import video from 'icon:video';

const icons = { buttons, divider, group, heading, image, link, list, quote, spacer, text, 'video-embed': video };

export const iconOf = (kind) => icons[kind] ?? other;
