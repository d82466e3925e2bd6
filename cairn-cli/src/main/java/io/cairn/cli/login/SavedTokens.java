// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli.login;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tokens by the host that gave them, in a file that only its owner can read. A token is sent to no
 * other host. Without a home directory nothing is kept. For one thread.
 */
public final class SavedTokens {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final @Nullable Path file;

  /**
   * Who is logged in at a host.
   *
   * @param user as named at the login
   */
  public record Login(String user, String token) {
    /** Shows who, never the token. */
    @Override
    public String toString() {
      return "Login[" + user + "]";
    }
  }

  private SavedTokens(@Nullable Path file) {
    this.file = file;
  }

  /** Those below {@code $XDG_CONFIG_HOME}, or else {@code $HOME/.config}. */
  public static SavedTokens of(Map<String, String> environment) {
    String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
    String home = environment.getOrDefault("HOME", "");
    if (configured.isEmpty() && home.isEmpty()) {
      return new SavedTokens(null);
    }
    Path base = configured.isEmpty() ? Path.of(home, ".config") : Path.of(configured);
    return new SavedTokens(base.resolve("cairn").resolve("logins.json"));
  }

  /** Where they are; null if nothing is kept. */
  public @Nullable Path file() {
    return file;
  }

  /** The login at the host of a URL; none if the file is not there, or says nothing that is one. */
  public Optional<Login> find(URI target) {
    try {
      JsonNode login = read().path(origin(target));
      String token = login.path("token").asString("");
      return token.isEmpty()
          ? Optional.empty()
          : Optional.of(new Login(login.path("user").asString(""), token));
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Keeps a login, in place of the one before at that host.
   *
   * @throws IOException if it cannot be kept
   */
  public void save(URI target, Login login) throws IOException {
    ObjectNode all = read();
    all.putObject(origin(target)).put("user", login.user()).put("token", login.token());
    write(all);
  }

  /**
   * Forgets a login.
   *
   * @return whether there was one
   * @throws IOException if the file cannot be written
   */
  public boolean forget(URI target) throws IOException {
    ObjectNode all = read();
    if (all.remove(origin(target)) == null) {
      return false;
    }
    write(all);
    return true;
  }

  private static String origin(URI target) {
    return (target.getScheme() + "://" + target.getAuthority()).toLowerCase(Locale.ROOT);
  }

  private ObjectNode read() throws IOException {
    if (file == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return JSON.readTree(text) instanceof ObjectNode all
          ? all
          : JsonNodeFactory.instance.objectNode();
    } catch (NoSuchFileException nothingYet) {
      return JsonNodeFactory.instance.objectNode();
    } catch (JacksonException damaged) {
      throw new IOException(file + " is damaged; delete it", damaged);
    }
  }

  private void write(ObjectNode all) throws IOException {
    if (file == null || file.getParent() == null) {
      throw new IOException("there is no $HOME to keep the login in");
    }
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    Files.createDirectories(file.getParent(), rights(posix, "rwx------"));
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    Files.createFile(draft, rights(posix, "rw-------"));
    Files.writeString(draft, JSON.writeValueAsString(all), StandardCharsets.UTF_8);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static FileAttribute<?>[] rights(boolean posix, String rights) {
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }
}
