// Stands in for an optional development tool of ink.
module.exports = {};
