// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.nio.file.Path;

/**
 * Where each request is written down.
 *
 * @param file the file that is written now
 * @param bytes how large it may be; then it is renamed, and another one begun
 * @param kept how many renamed ones there are at most
 */
public record AccessFile(Path file, long bytes, int kept) {}
