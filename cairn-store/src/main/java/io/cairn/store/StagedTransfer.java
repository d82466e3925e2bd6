// SPDX-License-Identifier: Apache-2.0
package io.cairn.store;

import java.nio.file.Path;

/**
 * A transfer that was received whole and verified, and waits on disk to be installed.
 *
 * @param kind what it is
 * @param from the log index that the store must hold at least
 * @param upTo the log index that the store holds once it is installed
 * @param count how many changes or files it has
 * @param bytes the size of the stream that was received
 * @param directory where it waits
 */
public record StagedTransfer(
    StoreTransfer.Kind kind, long from, long upTo, long count, long bytes, Path directory) {}
