import { expect, test } from 'vitest';
import { readMarker } from './marker.ts';

const M = '{"$imagepolicy": "ns:pol"}';

// image 14.10-204, 14.10-225
test.each([
  [`# ${M}`, 'ns:pol'],
  ['#{"$imagepolicy":"ns:pol"}', 'ns:pol'],
  [`## ${M}`, 'ns:pol'],
  ['#   {  "$imagepolicy"  :  "ns:pol:tag"  }  ', 'ns:pol:tag'],
  [`#\t${M}`, 'ns:pol'],
  ['# {"$imagepolicy": "ns:pol", "other": "z"}', 'ns:pol'],
  ['# {"$imagepolicy": "ns:pol", "other": null}', 'ns:pol'],
  ['# {"\\u0024imagepolicy": "ns:po\\u006c"}', 'ns:pol'],
  ['# {"$imagepolicy": "ns:a", "$imagepolicy": "ns:b"}', 'ns:b'],
  ['# {"$ref": "#/definitions/io.k8s.cli.setters.ns:pol:tag"}', 'ns:pol:tag'],
  ['# {"$ref": "#/definitions/io.k8s.cli.setters.ns:pol"} text', 'ns:pol'],
  ['# {"$imagepolicy": "ns:pol", "other": 1}', undefined],
  ['# {"$imagepolicy": ""}', undefined],
  ['# {"$imagepolicy": null}', undefined],
  [`# note ${M}`, undefined],
  [`# ${M} extra`, undefined],
  [`# ${M}, ${M}`, undefined],
  [`#\u00a0${M}`, undefined],
  ["# {'$imagepolicy': 'ns:pol'}", undefined],
  ['# {$imagepolicy: "ns:pol"}', undefined],
  ['# {"$openapi": "ns:pol"}', undefined],
  ['# ["$imagepolicy"]', undefined],
  ['# "$imagepolicy"', undefined],
  ['# {"$ref": "#/definitions/other.ns:pol"}', undefined],
  [`# ${M}\n# ${M}`, undefined],
  ['# {', undefined],
])('%j is a marker for %j', (comment, want) => {
  expect(readMarker(comment)).toBe(want);
});
