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

// Prism takes 1.8 seconds to start, one of them for faker. It is for generated examples only, which the mock does not
// ask for.
const { _load: load } = Module;
const faker = new Proxy(
  () => {
    throw new Error('no example is generated here');
  },
  { get: () => faker },
);
Module._load = function (name, ...rest) {
  return name.startsWith('@faker-js/faker') ? faker : load.call(this, name, ...rest);
};
