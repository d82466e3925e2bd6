// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the body of an answer and gives up, while reading, when it grows too large. The bytes are
 * copied: pieces of a few bytes, as another side may send them, would each hold a buffer.
 */
final class BoundedBody implements BodySubscriber<byte[]> {
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final int limit;
  private Flow.@Nullable Subscription subscription;

  BoundedBody(int limit) {
    this.limit = limit;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole;
  }

  @Override
  public void onSubscribe(Flow.Subscription granted) {
    subscription = granted;
    granted.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    if (subscription == null) {
      return;
    }
    for (ByteBuffer piece : pieces) {
      byte[] copy = new byte[piece.remaining()];
      if (copy.length > limit - bytes.size()) {
        subscription.cancel();
        whole.completeExceptionally(
            new WebClientException.ResponseTooLarge(
                "The answer is too large", new IOException("body over the limit")));
        return;
      }
      piece.get(copy);
      bytes.writeBytes(copy);
    }
    subscription.request(1);
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    whole.complete(bytes.toByteArray());
  }
}
