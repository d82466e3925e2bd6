// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

/** How events are written. */
public enum LogFormat {
  /** A line for people. */
  TEXT,
  /** A JSON object on a line, for machines. */
  JSON
}
