// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.service.ServiceHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a host keeps its data. */
public final class Sandbox {

  private static final Logger log = LoggerFactory.getLogger(Sandbox.class);
  private static final Set<PosixFilePermission> OWN_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private Sandbox() {}

  /**
   * The directory of one host: its port inside the common directory. A host on a free port has no
   * port that it could find again, so it uses the directory itself.
   */
  public static Path directory(ServiceHost.Arguments arguments) {
    Path common =
        arguments.sandbox != null
            ? arguments.sandbox
            : Path.of(System.getProperty("user.home"), ".cairn");
    int port = arguments.port > 0 ? arguments.port : arguments.securePort;
    return (port > 0 ? common.resolve(Integer.toString(port)) : common).toAbsolutePath();
  }

  /**
   * Makes a directory if there is none, and closes it to other users: they can reach nothing in it,
   * whatever is made there later. What is in it already is closed too.
   */
  static void open(Path directory) throws IOException {
    if (!directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(directory);
      return;
    }
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWN_DIRECTORY));
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) files::iterator) {
        close(path);
      }
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof NoSuchFileException)) {
        throw e.getCause();
      }
    }
  }

  private static void close(Path path) throws IOException {
    PosixFileAttributes present;
    try {
      present = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException goneMeanwhile) {
      return;
    }
    boolean open =
        !present.isSymbolicLink()
            && present.permissions().stream().anyMatch(right -> !OWN_DIRECTORY.contains(right));
    if (!open) {
      return;
    }
    Set<PosixFilePermission> rights = EnumSet.copyOf(present.permissions());
    rights.retainAll(OWN_DIRECTORY);
    try {
      Files.setPosixFilePermissions(path, rights);
    } catch (IOException e) {
      log.warn(
          "Other users of this machine may read {}: it cannot be closed to them. {}",
          path,
          e.toString());
    }
  }
}
