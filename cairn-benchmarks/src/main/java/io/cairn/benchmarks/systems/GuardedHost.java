// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.systems;

import io.cairn.benchmarks.load.ExampleDocuments;
import io.cairn.benchmarks.load.ServiceSet;
import io.cairn.benchmarks.load.WorkKind;
import io.cairn.benchmarks.load.Workload;
import io.cairn.benchmarks.measure.Stopwatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A host of Cairn's that asks its clients who they are, loaded by one of two users: the one has one
 * role, the other three. Not thread-safe.
 */
public final class GuardedHost implements AutoCloseable {

  /** Loaded by a user who may change what is below a link. */
  public static final String NAME = "Cairn, a role";

  /**
   * Loaded by a user whose roles allow a link, allow a kind, and deny what has a certain value: the
   * last takes the content of a document.
   */
  public static final String OF_THREE_ROLES = "Cairn, three roles";

  private static final String PASSWORD = "correct horse battery staple";
  private static final String FACTORY = ServiceSet.EXAMPLES.factory();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final ClusterHosts host;
  private final int port;
  private final HostClient client = new HostClient();
  private final ExampleDocuments documents;
  private final String editor;
  private final String analyst;

  /** Starts it, with its users and their roles. */
  public GuardedHost(Launch launch, int port) throws IOException, InterruptedException {
    this.port = port;
    host = ClusterHosts.guarded(NAME, launch, port, PASSWORD);
    try {
      host.await();
      String admin = token("admin@localhost");
      for (String user : List.of("editor", "analyst")) {
        make(admin, user);
      }
      grantThree(admin);
      editor = token("editor@localhost");
      analyst = token("analyst@localhost");
      documents = new ExampleDocuments(ServiceSet.EXAMPLES, bearing(editor));
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /** The host as a user with one role loads it, who makes the documents. */
  public Contender withOneRole() {
    return new User(NAME, documents);
  }

  /** The host as a user with three roles loads it, once the documents have been made. */
  public Contender withThreeRoles() {
    return new User(OF_THREE_ROLES, documents.sentBy(bearing(analyst)));
  }

  private static UnaryOperator<byte[]> bearing(String token) {
    byte[] header = ("x-xenon-auth-token: " + token + "\r\n").getBytes(StandardCharsets.US_ASCII);
    return request -> withHeader(request, header);
  }

  private String token(String email) throws IOException, InterruptedException {
    String[] token = {null};
    var _ =
        new Stopwatch()
            .await(
                PATIENCE,
                PAUSE,
                () -> {
                  token[0] = client.logIn(port, email, PASSWORD);
                  return token[0] != null;
                });
    if (token[0] == null) {
      throw new IOException(email + " could not log in");
    }
    return token[0];
  }

  private void make(String admin, String user) throws IOException, InterruptedException {
    String email = user + "@localhost";
    post(
        admin,
        "/core/authz/users",
        "{\"documentSelfLink\":\"%1$s\",\"email\":\"%1$s\"}".formatted(email));
    post(
        admin,
        "/core/auth/credentials",
        "{\"documentSelfLink\":\"%1$s\",\"userEmail\":\"%1$s\",\"privateKey\":\"%2$s\"}"
            .formatted(email, PASSWORD));
    post(
        admin,
        "/core/authz/grants",
        "{\"role\":\"editor\",\"to\":\"%s\",\"on\":\"%s\"}".formatted(email, FACTORY));
  }

  /** The second user has another role that allows, and one that denies. */
  private void grantThree(String admin) throws IOException, InterruptedException {
    post(
        admin,
        "/core/authz/grants",
        "{\"role\":\"editor\",\"to\":\"analyst@localhost\",\"ofKind\":\"%s\"}"
            .formatted(ServiceSet.EXAMPLES.kind()));
    post(
        admin,
        "/core/authz/user-groups",
        "{\"documentSelfLink\":\"analysts\",\"query\":{\"term\":{\"propertyName\":\"documentSelfLink\",\"matchValue\":\"/core/authz/users/analyst@localhost\"}}}");
    post(
        admin,
        "/core/authz/resource-groups",
        "{\"documentSelfLink\":\"secrets\",\"query\":{\"term\":{\"propertyName\":\"name\",\"matchValue\":\"secret\"}}}");
    post(
        admin,
        "/core/authz/roles",
        "{\"documentSelfLink\":\"no-secrets\",\"userGroupLink\":\"/core/authz/user-groups/analysts\",\"resourceGroupLink\":\"/core/authz/resource-groups/secrets\",\"verbs\":[\"GET\",\"PATCH\"],\"policy\":\"DENY\"}");
  }

  private void post(String admin, String target, String json)
      throws IOException, InterruptedException {
    if (!new Stopwatch()
        .await(PATIENCE, PAUSE, () -> client.sendAs(admin, port, "POST", target, json) != null)) {
      throw new IOException("a POST to " + target + " was refused for a minute");
    }
  }

  @Override
  public void close() {
    client.close();
    host.close();
  }

  /** The host as a user with a token loads it; whoever has started the host closes it. */
  private final class User implements Contender {
    private final String name;
    private final Workload workload;

    User(String name, Workload workload) {
      this.name = name;
      this.workload = workload;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<Long> pids() {
      return host.pids();
    }

    @Override
    public List<Integer> ports() {
      return host.ports();
    }

    @Override
    public Workload workload() {
      return workload;
    }

    @Override
    public void await() throws IOException, InterruptedException {
      host.await();
    }

    @Override
    public int port(WorkKind work) {
      return port;
    }

    @Override
    public void close() {}
  }

  /** Puts a field behind the first line of a request. */
  static byte[] withHeader(byte[] request, byte[] header) {
    int line = 0;
    while (request[line] != '\n') {
      line++;
    }
    byte[] all = Arrays.copyOf(request, request.length + header.length);
    System.arraycopy(header, 0, all, line + 1, header.length);
    System.arraycopy(request, line + 1, all, line + 1 + header.length, request.length - line - 1);
    return all;
  }
}
