import * as loaded from 'rrule'

// As a CommonJS module rrule has its exports under `default` when imported, and not when required.
const exports = loaded as typeof loaded & { readonly default?: typeof loaded }

/** The class of the package rrule. */
export const RRule = (exports.default ?? exports).RRule
