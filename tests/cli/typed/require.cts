import isoflag = require('isoflag')
import react = require('isoflag/react')

const key: isoflag.FlagKey = 'banner'
// @ts-expect-error there is no such flag
const wrong: isoflag.FlagKey = 'bannr'
export const hook = (): boolean => react.useFlag('banner', false)
// @ts-expect-error an unknown key does not compile
export const bad = (): boolean => react.useFlag('bannr', false)
export const keys = [key, wrong]
