// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

/** A kind of source; an earlier one goes before a later one. */
enum Layer {
  ARGUMENT,
  PROPERTY,
  ENVIRONMENT,
  FILE
}
