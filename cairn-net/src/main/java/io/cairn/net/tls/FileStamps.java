// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By what a change of files is noticed without reading them. Links are followed, so that pointing
 * one elsewhere is a change.
 *
 * @param stamps one for each file, in their order
 */
record FileStamps(List<Stamp> stamps) {

  /** One file; all null and 0 when it is not there. */
  record Stamp(@Nullable FileTime modified, long size, @Nullable Object key) {}

  static FileStamps of(List<Path> files) {
    List<Stamp> stamps = new ArrayList<>();
    for (Path file : files) {
      stamps.add(stamp(file));
    }
    return new FileStamps(List.copyOf(stamps));
  }

  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(found.lastModifiedTime(), found.size(), found.fileKey());
    } catch (IOException absent) {
      return new Stamp(null, 0, null);
    }
  }
}
