// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

/** What a client asks of one document. Values that are written should be unique in a history. */
public sealed interface Action {

  /** Asks for the state. */
  record Read() implements Action {}

  /** Makes the document where there is none, with a counter of 0. */
  record Create(String value) implements Action {}

  /** Replaces the value and leaves the counter. */
  record Write(String value) implements Action {}

  /** As {@link Write}, if the document is still in the state that a read has told. */
  record ConditionalWrite(String value, DocumentState expected) implements Action {}

  /** Adds to the counter and leaves the value. */
  record Increment(long by) implements Action {}

  /** Takes the document away; succeeds also where there is none. */
  record Delete() implements Action {}
}
