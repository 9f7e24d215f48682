const { useFlag } = require('isoflag/react')
const tools = require('./legacy-tools.cjs')

module.exports = function legacy() {
  tools.isOn('theme-dark') // reads theme-dark
  return useFlag('banner', false) // reads banner
}
