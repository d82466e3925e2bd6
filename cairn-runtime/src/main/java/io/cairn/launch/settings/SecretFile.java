// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks whether other users of the machine can read what is secret. Stateless. */
final class SecretFile {
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private SecretFile() {}

  /**
   * What the log should say of a file.
   *
   * @param what the setting that names it
   * @param file what it names; null or no file for nothing to look at
   */
  static Optional<String> concern(String what, @Nullable String file) {
    try {
      if (file == null || !Files.isRegularFile(Path.of(file))) {
        return Optional.empty();
      }
      boolean open =
          Files.getPosixFilePermissions(Path.of(file)).stream().anyMatch(OTHERS::contains);
      return open
          ? Optional.of(
              "%s: other users of this machine can read %s, which holds a secret. chmod 600 it"
                  .formatted(what, file))
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException | InvalidPathException e) {
      return Optional
          .empty(); // Nothing can be said of it here; whoever reads it says what is wrong.
    }
  }
}
