import isoflag = require('isoflag')
import inline = require('isoflag/inline')
import next = require('isoflag/next')
import node = require('isoflag/node')
import react = require('isoflag/react')
import track = require('isoflag/track')

const program: isoflag.Program = inline.loadProgram(new Uint8Array())
// @ts-expect-error there is no such thing
isoflag.nothing
export = [program, next.readSnapshot, node.createNodeFlags, react.useFlag, track.createTracker]
