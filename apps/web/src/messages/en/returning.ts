export const notAllowed =
  'You are signed in. The address you came from is not one Latchkey may send people back to, so you are here instead.'
export const sentBack = 'You are signed in, but the service sent you back here'
export const sentBackWhy =
  'It does not see that you are signed in. If trying again does not help, tell your administrator.'
export const tryAgain = 'Go to the service again'
