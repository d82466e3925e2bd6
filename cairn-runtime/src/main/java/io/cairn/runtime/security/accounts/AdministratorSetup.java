// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security.accounts;

import io.cairn.document.DocumentJson;
import io.cairn.service.ServiceHost;
import io.cairn.service.authorization.AuthCredentialsService;
import io.cairn.service.authorization.GrantService;
import io.cairn.service.authorization.ResourceGroupService;
import io.cairn.service.authorization.RoleService;
import io.cairn.service.authorization.UserGroupService;
import io.cairn.service.authorization.UserService;
import io.cairn.service.security.SecurityArguments;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that there is an administrator: the first one at the start, and one whose password was
 * forgotten when a file in the host's directory says so. Only who may write there, the host's own
 * user of this machine, can leave that file. Thread-safe.
 */
public final class AdministratorSetup {

  private static final Logger log = LoggerFactory.getLogger(AdministratorSetup.class);
  private static final String FILE = "new-password.json";
  private static final long RETRY_SECONDS = 2;

  private static final String[] NEEDED = {
    UserService.FACTORY_LINK,
    UserGroupService.FACTORY_LINK,
    ResourceGroupService.FACTORY_LINK,
    RoleService.FACTORY_LINK,
    AuthCredentialsService.FACTORY_LINK,
    GrantService.SELF_LINK
  };

  private final ServiceHost host;
  private final Administrators administrators;
  private final Path directory;
  private final Executor handlers;
  private final BooleanSupplier closed;
  private final AtomicBoolean resetting = new AtomicBoolean();
  private volatile boolean isFirstSought;

  /** Who is to get which password. */
  public record NewPassword(String user, String password) {
    @Override
    public String toString() {
      return "NewPassword[" + user + "]";
    }
  }

  /**
   * Sees to a host.
   *
   * @param directory of the host's data
   * @param handlers runs each task on a thread of its own, which may block
   * @param closed whether the host is stopping
   */
  public AdministratorSetup(
      ServiceHost host, Path directory, Executor handlers, BooleanSupplier closed) {
    this.host = host;
    this.administrators = new Administrators(host);
    this.directory = directory;
    this.handlers = handlers;
    this.closed = closed;
  }

  /**
   * Makes the first administrator as soon as its documents can be written, unless the group has it.
   * Without a password that somebody has chosen, it is made only if the group has no user at all,
   * and its password is told once.
   *
   * @param told hears what a person has to know
   */
  public void makeFirst(SecurityArguments wanted, Consumer<String> told) {
    isFirstSought = true;
    AtomicInteger awaited = new AtomicInteger(NEEDED.length);
    host.registerForServiceAvailability(
        (op, failure) -> {
          if (awaited.decrementAndGet() == 0) {
            handlers.execute(() -> tryFirst(wanted, told));
          }
        },
        NEEDED);
  }

  /**
   * Whether it is not known yet that there is an administrator: then nobody may log in, perhaps.
   */
  public boolean isFirstSought() {
    return isFirstSought;
  }

  private void tryFirst(SecurityArguments wanted, Consumer<String> told) {
    if (closed.getAsBoolean()) {
      return;
    }
    try {
      String chosen = wanted.adminPassword;
      if (chosen == null && administrators.isAnybodyThere()) {
        isFirstSought = false;
        return;
      }
      String password = chosen == null ? Administrators.newPassword() : chosen;
      boolean made = administrators.create(wanted.adminUser, password);
      isFirstSought = false;
      if (made && chosen == null) {
        told.accept(
            ("The first administrator is %s, with the password %s. It is shown this once: log in"
                    + " with ./cairn login, and change it with ./cairn user passwd")
                .formatted(wanted.adminUser, password));
      } else if (made) {
        log.info("Made the administrator {}", wanted.adminUser);
      }
    } catch (RuntimeException e) {
      log.debug("The first administrator could not be made yet", e);
      var _ =
          host.schedule(
              () -> handlers.execute(() -> tryFirst(wanted, told)),
              RETRY_SECONDS,
              TimeUnit.SECONDS);
    }
  }

  // ---- a forgotten password

  /** A password that nobody guesses. */
  public static String newPassword() {
    return Administrators.newPassword();
  }

  /**
   * Leaves the wish for a new password in a host's directory, which a running host finds within
   * seconds, and one that is stopped at its next start.
   *
   * @throws IOException if nothing can be written there
   */
  public static void request(Path directory, NewPassword wish) throws IOException {
    Path draft = directory.resolve(FILE + ".draft");
    Files.deleteIfExists(draft);
    Path made =
        directory.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? Files.createFile(
                draft,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
            : Files.createFile(draft);
    Files.writeString(made, DocumentJson.standard().toJson(wish), StandardCharsets.UTF_8);
    Files.move(made, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Whether a wish still lies in a directory. */
  public static boolean isPending(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  /** Looks for a wish. Called now and then, by one thread; does not block for long. */
  public void look() {
    if (isPending(directory) && resetting.compareAndSet(false, true)) {
      handlers.execute(
          () -> {
            try {
              reset();
            } finally {
              resetting.set(false);
            }
          });
    }
  }

  private void reset() {
    Path file = directory.resolve(FILE);
    try {
      NewPassword wish = read(file);
      if (wish != null) {
        administrators.reset(wish.user(), wish.password());
        log.warn("{} has a new password, and is an administrator: {} said so", wish.user(), file);
      }
      Files.delete(file);
    } catch (IOException | RuntimeException e) {
      log.warn("The new password of {} could not be set yet; it is tried again", file, e);
    }
  }

  private static @Nullable NewPassword read(Path file) throws IOException {
    try {
      NewPassword wish =
          DocumentJson.standard()
              .fromJson(Files.readString(file, StandardCharsets.UTF_8), NewPassword.class);
      return wish.user() == null || wish.password() == null ? null : wish;
    } catch (IllegalArgumentException e) {
      log.warn("{} says nothing that can be read, and is deleted", file);
      return null;
    }
  }
}
