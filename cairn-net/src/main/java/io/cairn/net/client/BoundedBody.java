// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.client;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Gathers the body of an answer and gives up, while reading, when it grows too large. */
final class BoundedBody implements BodySubscriber<byte[]> {
  private final BodySubscriber<byte[]> gathered = BodySubscribers.ofByteArray();
  private long room;
  private Flow.@Nullable Subscription subscription;

  BoundedBody(int limit) {
    this.room = limit;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return gathered.getBody();
  }

  @Override
  public void onSubscribe(Flow.Subscription granted) {
    subscription = granted;
    gathered.onSubscribe(granted);
  }

  @Override
  public void onNext(List<ByteBuffer> pieces) {
    for (ByteBuffer piece : pieces) {
      room -= piece.remaining();
    }
    if (room >= 0) {
      gathered.onNext(pieces);
      return;
    }
    if (subscription != null) {
      subscription.cancel();
    }
    gathered.onError(
        new WebClientException.ResponseTooLarge(
            "The answer is too large", new IOException("body over the limit")));
  }

  @Override
  public void onError(Throwable failure) {
    gathered.onError(failure);
  }

  @Override
  public void onComplete() {
    gathered.onComplete();
  }
}
