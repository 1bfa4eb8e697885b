// Loaded into Prism's process before Prism itself.
'use strict';
const { writeSync } = require('node:fs');
const Module = require('node:module');
const { Server } = require('node:net');

// Standard input is a pipe whose other end only the launcher holds: when it closes, the launcher is gone, however it
// ended, and so must Prism be.
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();
process.stdin.unref?.();

// Prism logs its port together with every request, or neither. Its log costs a third of its speed, and the gateway
// has a better one: so the port is reported from here.
const { listen } = Server.prototype;
Server.prototype.listen = function (...args) {
  this.once('listening', () => writeSync(1, `listening on port ${this.address().port}\n`));
  return listen.apply(this, args);
};

// All languages of faker take 0.8 of the 1.8 seconds that Prism takes to start. Prism uses it for generated examples
// only, which the mock does not ask for, and in English.
const { _resolveFilename: resolve } = Module;
Module._resolveFilename = function (name, ...rest) {
  return resolve.call(this, name === '@faker-js/faker' ? '@faker-js/faker/locale/en' : name, ...rest);
};
