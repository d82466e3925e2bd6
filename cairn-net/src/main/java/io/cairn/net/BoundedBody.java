// SPDX-License-Identifier: Apache-2.0
package io.cairn.net;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Gathers the body of an answer and gives up, while reading, when it grows too large. */
final class BoundedBody implements BodySubscriber<byte[]> {
  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private final BodyBuffer buffer;
  private Flow.@Nullable Subscription subscription;

  BoundedBody(int limit) {
    this.buffer = new BodyBuffer(limit);
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
    try {
      for (ByteBuffer piece : pieces) {
        byte[] bytes = new byte[piece.remaining()];
        piece.get(bytes);
        buffer.append(bytes, 0, bytes.length);
      }
    } catch (RequestRefusedException tooLarge) {
      stop();
      return;
    }
    if (subscription != null) {
      subscription.request(1);
    }
  }

  private void stop() {
    if (subscription != null) {
      subscription.cancel();
    }
    IOException cause = new IOException("body over the limit");
    whole.completeExceptionally(
        new WebClientException.ResponseTooLarge("The answer is too large", cause));
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    whole.complete(buffer.take());
  }
}
