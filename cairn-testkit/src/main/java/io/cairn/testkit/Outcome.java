// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

/** What a client knows about the request it sent. */
public enum Outcome {
  /** It was done, and must stay done. */
  ACKNOWLEDGED,
  /** It was not done, and must never be. */
  REFUSED,
  /** It may have been done, once, or not at all. */
  UNKNOWN
}
