// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

/**
 * What the current documents of a store come to, tombstones and expired ones included: equal
 * documents give equal digests, in whatever segments they lie. The sum of a hash of each document,
 * so that neither order nor layout counts.
 *
 * @param index the log index it stands for
 * @param documents how many documents there are
 * @param high the sum of the first halves of the hashes
 * @param low the sum of the second halves
 */
public record StoreDigest(long index, long documents, long high, long low) {

  /** The digest in 32 hexadecimal digits, behind the number of documents. */
  public String text() {
    return "%d:%016x%016x".formatted(documents, high, low);
  }
}
