const isoflag = require('isoflag/react')

exports.isOn = key => isoflag.useFlag(key, false)
