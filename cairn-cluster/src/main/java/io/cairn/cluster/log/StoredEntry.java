// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.log;

/**
 * An entry as the log holds it.
 *
 * @param kind what the writer meant by the payload
 * @param term the term it was written in
 * @param payload its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy per entry would cost
public record StoredEntry(byte kind, int term, byte[] payload) {}
