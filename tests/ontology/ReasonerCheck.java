import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.semanticweb.HermiT.Configuration;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.io.OWLOntologyLoaderMetaData;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.profiles.OWLProfileViolation;
import org.semanticweb.owlapi.profiles.Profiles;

/**
 * Says of each ontology file what takes it out of OWL 2 DL and OWL 2 RL, whether it is consistent,
 * and which of its classes can have no instance. Prints one JSON object, keyed by file name.
 */
public final class ReasonerCheck {

    public static void main(String[] files) throws Exception {
        List<String> members = new ArrayList<>();
        for (String file : files) {
            members.add(quote(new File(file).getName()) + ": " + check(new File(file)));
        }
        System.out.println("{" + String.join(",\n", members) + "}");
    }

    private static String check(File file) throws Exception {
        OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
        OWLOntology ontology = manager.loadOntologyFromOntologyDocument(file);
        // What OWL has no syntax for is not in the ontology that the reasoner sees.
        OWLOntologyLoaderMetaData loaded =
            manager.getOntologyFormat(ontology).getOntologyLoaderMetaData().orElseThrow();
        TreeSet<String> unparsed = loaded.getUnparsedTriples()
            .map(Object::toString).collect(Collectors.toCollection(TreeSet::new));

        // Literals of a datatype outside OWL 2's map (xsd:date) are for the profile to report;
        // HermiT would refuse the whole ontology for them.
        Configuration configuration = new Configuration();
        configuration.ignoreUnsupportedDatatypes = true;
        Reasoner reasoner = new Reasoner(configuration, ontology);
        boolean consistent = reasoner.isConsistent();
        TreeSet<String> unsatisfiable = new TreeSet<>();
        if (consistent) {
            reasoner.getUnsatisfiableClasses().getEntitiesMinusBottom()
                .forEach(type -> unsatisfiable.add(type.getIRI().toString()));
        }
        return "{\"axioms\": " + ontology.getAxiomCount()
            + ", \"unparsed\": " + list(unparsed)
            + ", \"DL\": " + violations(ontology, Profiles.OWL2_DL)
            + ", \"RL\": " + violations(ontology, Profiles.OWL2_RL)
            + ", \"consistent\": " + consistent
            + ", \"unsatisfiable\": " + list(unsatisfiable) + "}";
    }

    private static String violations(OWLOntology ontology, Profiles profile) {
        TreeSet<String> found = new TreeSet<>();
        for (OWLProfileViolation violation : profile.checkOntology(ontology).getViolations()) {
            String about = violation.getExpression() != null
                ? violation.getExpression().toString() : String.valueOf(violation.getAxiom());
            found.add(violation.getClass().getSimpleName() + " " + about);
        }
        return list(found);
    }

    private static String list(TreeSet<String> items) {
        return items.stream().map(ReasonerCheck::quote).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
