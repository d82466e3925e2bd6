// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.history;

/**
 * The state of one document in {@link RegisterModel}.
 *
 * @param present whether the document is there; if not, the rest means nothing
 * @param value what was written last
 * @param counter the sum of the increments since it was made
 * @param version how many updates it has had since it was made
 */
public record DocumentState(boolean present, String value, long counter, long version) {

  /** No document. */
  public static final DocumentState ABSENT = new DocumentState(false, "", 0, 0);

  /** A document that is there. */
  public static DocumentState of(String value, long counter, long version) {
    return new DocumentState(true, value, counter, version);
  }

  DocumentState written(String next) {
    return of(next, counter, version + 1);
  }

  DocumentState increased(long by) {
    return of(value, counter + by, version + 1);
  }
}
