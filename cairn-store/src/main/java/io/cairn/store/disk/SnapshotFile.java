// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

/**
 * A file of a {@code StoreSnapshot}.
 *
 * @param name its name in the index directory
 * @param length its length in bytes
 * @param checksum the checksum that its footer carries, over everything before: CRC-32
 */
public record SnapshotFile(String name, long length, long checksum) {}
