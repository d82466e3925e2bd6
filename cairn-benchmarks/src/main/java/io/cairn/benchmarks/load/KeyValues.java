// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import io.cairn.benchmarks.load.LoadClient.RequestSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The same documents as keys and values of etcd, over its JSON gateway. A change is a put of the
 * whole document: etcd knows no other. It neither lists with an order nor searches. Not
 * thread-safe.
 */
public final class KeyValues implements Workload {

  private static final int SPREAD = 1_000;
  private static final String PUT = "/v3/kv/put";
  private static final String HOT = "one";

  private final Random random = new Random(1);
  private long counter = 1;
  private long created;
  private long failed;

  @Override
  public void prepare(LoadClient clients) throws IOException, InterruptedException {
    ExampleDocuments.make(clients, put(HOT));
    for (int i = 0; i < SPREAD; i++) {
      ExampleDocuments.make(clients, put("spread-" + i));
    }
  }

  @Override
  public long fill(LoadClient clients, long documents, long maxNanos) throws IOException {
    long missing = documents - created + failed;
    if (missing > 0) {
      failed += clients.run(this::create, maxNanos, missing).failures();
    }
    return created - failed;
  }

  @Override
  public @Nullable RequestSource requests(WorkKind work) {
    byte[] get = Requests.send("POST", "/v3/kv/range", "{\"key\":\"" + base64(HOT) + "\"}");
    return switch (work) {
      case CREATE -> this::create;
      case PATCH -> () -> put("spread-" + random.nextInt(SPREAD));
      case PATCH_HOT -> () -> put(HOT);
      case GET, GET_OTHER -> () -> get;
      default -> null;
    };
  }

  private byte[] create() {
    return put("new-" + created++);
  }

  private byte[] put(String key) {
    String body = "{\"key\":\"" + base64(key) + "\",\"value\":\"" + value() + "\"}";
    return Requests.send("POST", PUT, body);
  }

  private String value() {
    return base64(Requests.document(counter++, ""));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
