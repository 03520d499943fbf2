import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.riot.RDFDataMgr;

/** Reads a dataset, then a query a line (in Base64) and writes its answer as JSON (in Base64). */
public class JenaQueries {
    public static void main(String[] files) throws Exception {
        Dataset dataset = DatasetFactory.create();
        RDFDataMgr.read(dataset, files[0]);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line; (line = in.readLine()) != null; ) {
            String text = new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8);
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            Query query = QueryFactory.create(text);
            try (QueryExecution run = QueryExecutionFactory.create(query, dataset)) {
                if (query.isAskType()) {
                    ResultSetFormatter.outputAsJSON(answer, run.execAsk());
                } else {
                    ResultSetFormatter.outputAsJSON(answer, run.execSelect());
                }
            }
            out.println(Base64.getEncoder().encodeToString(answer.toByteArray()));
        }
    }
}
