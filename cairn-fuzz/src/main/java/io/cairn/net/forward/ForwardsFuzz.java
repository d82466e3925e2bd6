// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.forward;

import static io.cairn.fuzz.Findings.check;

import io.cairn.net.forward.ForwardedFields.Attribute;
import io.cairn.wire.KnownTexts;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node takes for a forwarded request or an answer, it would write so that it reads it. */
public final class ForwardsFuzz {
  private static final int TYPE = 1;

  private ForwardsFuzz() {}

  /** Tries one input: a request and an answer. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    KnownTexts known = new KnownTexts();
    Message request = request(bytes, known);
    if (request != null) {
      same(request, request(request.written(), known));
      same(request, request(request.written(), new KnownTexts()));
    }
    Message answer = answer(bytes, known);
    if (answer != null) {
      same(answer, answer(answer.written(), known));
    }
  }

  private static @Nullable Message request(byte[] bytes, KnownTexts known) {
    try {
      ForwardedRequest read = ForwardedRequest.read(bytes, known);
      Message message = new Message();
      message.head =
          new ForwardedRequest.Head(
              read.kind(),
              read.verb(),
              read.path(),
              read.query(),
              read.partition(),
              read.caller(),
              read.subject());
      message.plainRead = read.isPlainRead();
      message.left = read.leftMicros();
      read.fields(message);
      message.body = read.body();
      return message;
    } catch (MalformedException refused) {
      return null;
    }
  }

  private static @Nullable Message answer(byte[] bytes, KnownTexts known) {
    try {
      ForwardedAnswer read = ForwardedAnswer.read(bytes, known);
      if (read == null) {
        check(
            Arrays.equals(bytes, ForwardedAnswer.moved()), () -> "it says more than that it moved");
        return null;
      }
      Message message = new Message();
      message.left = read.status();
      read.fields(message);
      message.body = read.body();
      return message;
    } catch (MalformedException refused) {
      return null;
    }
  }

  private static void same(Message message, @Nullable Message again) {
    check(
        again != null && again.toString().equals(message.toString()),
        () -> message + " changes on its way: " + again);
  }

  /** What was read of a message. */
  private static final class Message implements ForwardedFields.Sink {
    private ForwardedRequest.@Nullable Head head;
    private boolean plainRead;
    private long left;
    private final List<Field> fields = new ArrayList<>();
    private byte[] body = {};

    private record Field(@Nullable Attribute attribute, String name, String value) {
      void write(WireWriter out) {
        if (attribute == null) {
          ForwardedFields.write(out, name, value);
        } else {
          ForwardedFields.write(out, attribute, value);
        }
      }
    }

    @Override
    public void attribute(Attribute attribute, String value) {
      fields.add(new Field(attribute, "", value));
    }

    @Override
    public void field(String name, String value) {
      WireWriter probe = new WireWriter();
      ForwardedFields.write(probe, name, value);
      if (probe.size() > 0) { // else it is one of the connection, and stays behind
        fields.add(new Field(null, name, value));
      }
    }

    byte[] written() {
      WireWriter out = new WireWriter();
      if (head == null) {
        ForwardedAnswer.begin(out, (int) left);
      } else {
        ForwardedRequest.begin(out, TYPE, head, plainRead, left);
      }
      fields.forEach(field -> field.write(out));
      ForwardedFields.end(out);
      return out.take(body);
    }

    @Override
    public String toString() {
      return head + " " + plainRead + " " + left + " " + fields + " " + Arrays.toString(body);
    }
  }
}
