// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster;

/**
 * Proof that, when it was handed out, this node led a replica set alone and had applied all that
 * was committed before its term.
 *
 * @param term the term it leads in
 */
public record Leadership(long term) {}
