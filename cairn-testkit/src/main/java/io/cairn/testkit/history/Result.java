// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

/** What a client knows of the outcome of its action. */
public sealed interface Result {

  /**
   * The action was carried out.
   *
   * @param seen what the answer told of the document: as it was read, or as the action left it
   */
  record Done(Seen seen) implements Result {}

  /** There was no document to act on. */
  record Absent() implements Result {}

  /** There was a document already. */
  record Exists() implements Result {}

  /** The document was not in the state that the action demands. */
  record Mismatch() implements Result {}

  /** The action was certainly not carried out, for a reason that says nothing of the document. */
  record Refused() implements Result {}

  /** The action may be carried out once, at any time after it was asked for, or never. */
  record Unknown() implements Result {}
}
