// An adapter for `upqr run --adapter 'java Adapter.java'`: reads questions, one JSON object a line, and answers each.
import java.io.*;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.*;
import static java.nio.charset.StandardCharsets.UTF_8;

public class Adapter {
    // Java has no JSON: the protocol fixes the order of these members and lets none of them hold an escape.
    static final Pattern HELLO = Pattern.compile("\"type\":\"hello\".*\"nonce\":\"(\\w+)\"");
    static final Pattern RUN = Pattern.compile("\"type\":\"run\",\"id\":(\\d+),\"nonce\":\"(\\w+)\".*?\"hex\":\"(\\w*)\"");

    public static void main(String[] arguments) throws IOException {
        var questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line; (line = questions.readLine()) != null && !line.contains("\"type\":\"bye\"");) {
            Matcher hello = HELLO.matcher(line), run = RUN.matcher(line);
            if (run.find()) {
                String result;
                try { result = decode(HexFormat.of().parseHex(run.group(3))); }
                // A fault of the library, which is neither `accept` nor `reject`.
                catch (RuntimeException error) { result = "\"verdict\":\"error\",\"message\":\"" + error.getClass() + "\""; }
                System.out.printf("{\"type\":\"result\",\"id\":%s,\"nonce\":\"%s\",%s}\n", run.group(1), run.group(2), result);
            } else if (hello.find()) {
                System.out.printf("{\"type\":\"hello\",\"protocol\":1,\"nonce\":\"%s\",\"name\":\"my-library\",\"version\":\"1.0.0\","
                    + "\"language\":\"java\",\"ops\":[\"decode\"],\"supports\":\"grammar(emv-mpm)\","
                    + "\"features\":[\"error-code\",\"offset\",\"reencoded\"]}\n", hello.group(1));
            }
            System.out.flush();
        }
    }

    /** Reads the data objects of a payload. Put your own parser here, and translate what it says. */
    static String decode(byte[] octets) {
        var input = ByteBuffer.wrap(octets);
        try { UTF_8.newDecoder().decode(input); }
        catch (IOException error) { return reject("utf-8", input.position()); }
        String text = new String(octets, UTF_8);
        int[] points = text.codePoints().toArray(); // by code points: `text.length()` would count UTF-16 units
        if (points.length == 0) return reject("empty", 0);
        var again = new StringBuilder();
        for (int at = 0, start, length; at < points.length; at = start + length) {
            for (int place = at; place < at + 4; place++)
                if (place == points.length || points[place] < '0' || points[place] > '9')
                    return reject(place < at + 2 ? "id" : "length", bytes(points, place));
            start = at + 4;
            length = (points[at + 2] - '0') * 10 + points[at + 3] - '0';
            if (start + length > points.length) return reject("overrun", bytes(points, at + 2));
            again.append(new String(points, at, 2)).append("%02d".formatted(length)).append(new String(points, start, length));
        }
        return "\"verdict\":\"accept\",\"reencoded\":\"" + HexFormat.of().formatHex(again.toString().getBytes(UTF_8)) + "\"";
    }

    /** Where a character stands, in bytes. */
    static int bytes(int[] points, int place) { return new String(points, 0, place).getBytes(UTF_8).length; }

    static String reject(String code, int offset) {
        return "\"verdict\":\"reject\",\"error\":{\"code\":\"%s\",\"offset\":%d}".formatted(code, offset);
    }
}
