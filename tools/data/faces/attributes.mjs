// The attributes of a face: what the menus offer, how each option is drawn, and
// which pairs are kept out of the training to see whether the model can combine.

/** Attributes in order, with their options: the word, and what it sets in the drawing. */
export const attributes = [
  {
    name: 'hair',
    options: {
      crop: { hair: 'short01' },
      'flat top': { hair: 'short16' },
      quiff: { hair: 'short05' },
      spikes: { hair: 'short12' },
      curls: { hair: 'short11' },
      'bald on top': { hair: 'short18' },
      mohawk: { hair: 'short21' },
      bob: { hair: 'long01' },
      long: { hair: 'long13' },
      swept: { hair: 'long08' },
      bun: { hair: 'long05' },
      pigtails: { hair: 'long18' },
    },
  },
  {
    name: 'hair colour',
    options: {
      blond: { hairColor: 'cab188' },
      brown: { hairColor: '83623b' },
      black: { hairColor: '28150a' },
      red: { hairColor: 'bd1700' },
      blue: { hairColor: '009bbd' },
      green: { hairColor: '91cb15' },
    },
  },
  {
    name: 'skin',
    options: {
      pale: { skinColor: 'ffdbac' },
      light: { skinColor: 'eac393' },
      tan: { skinColor: 'cb9e6e' },
      brown: { skinColor: 'a26d3d' },
      dark: { skinColor: '8d5524' },
    },
  },
  {
    name: 'hat',
    options: {
      none: {},
      'red beanie': { hat: 'variant01', hatColor: 'a62116' },
      'blue beanie': { hat: 'variant01', hatColor: '2663a3' },
      'green hat': { hat: 'variant06', hatColor: '3d8a6b' },
      'pink hat': { hat: 'variant06', hatColor: 'cc6192' },
    },
    none: 0.6, // how often there is none; other options are as likely as each other
  },
  {
    name: 'glasses',
    options: {
      none: {},
      clear: { glasses: 'light02', glassesColor: '4b4b4b' },
      dark: { glasses: 'dark06', glassesColor: '191919' },
    },
    none: 0.5,
  },
  { name: 'beard', options: { none: {}, full: { beard: 'variant03' } }, none: 0.6 },
  {
    name: 'mouth',
    options: {
      smile: { mouth: 'happy09' },
      laugh: { mouth: 'happy12' },
      open: { mouth: 'happy01' },
      sad: { mouth: 'sad01' },
    },
  },
  {
    name: 'clothes',
    options: {
      blue: { clothingColor: '428bca' },
      green: { clothingColor: '00b159' },
      red: { clothingColor: 'd11141' },
      yellow: { clothingColor: 'ffc425' },
    },
  },
  {
    name: 'background',
    options: {
      sky: { backgroundColor: 'b6e3f4' },
      lilac: { backgroundColor: 'c0aede' },
      rose: { backgroundColor: 'ffd5dc' },
      sand: { backgroundColor: 'ffdfbf' },
    },
  },
];

/** What no menu offers and what differs from face to face all the same. */
export const incidental = {
  eyes: ['variant01', 'variant04', 'variant09'],
  eyesColor: ['647b90', '588387', '876658'],
  clothing: ['variant03', 'variant05', 'variant10', 'variant16'],
  mouthColor: ['c98276', 'e35d6a'],
};

/** Pairs that no training picture has. */
export const heldOut = [
  [['hair', 'pigtails'], ['glasses', 'dark']],
  [['beard', 'full'], ['hat', 'pink hat']],
  [['hair colour', 'green'], ['mouth', 'sad']],
  [['skin', 'dark'], ['clothes', 'yellow']],
];
